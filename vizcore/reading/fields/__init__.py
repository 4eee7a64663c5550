"""Which values does a document state, are they right, and do they fit together?"""
