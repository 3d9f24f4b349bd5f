"""Captures as people look at them: connections, their ladders, their stories, and a page that shows all of it."""
