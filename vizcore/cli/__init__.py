"""The command line: the operations of the app without a browser. One file for each group of verbs."""
