"""The laboratory: small networks out of Linux network namespaces, and experiments on them."""
