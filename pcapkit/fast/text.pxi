# The text of comments.
