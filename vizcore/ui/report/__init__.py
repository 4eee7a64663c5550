"""What a page or a lecture showed, as one file to keep: HTML to read and print, JSON to open the pages again."""
