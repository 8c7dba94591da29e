"""What people say, in classes of expressions: one module for each kind of talk."""
