"""What travels over the wire: parameters, texts with their marks, keyboards, files, refusals."""
