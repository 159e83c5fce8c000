"""The routing modules: a Fleet goes in, TypeScript and Python source come out."""
