"""How good is a track: were the objects found, and did each keep its identity? CLEAR, Identity and HOTA."""
