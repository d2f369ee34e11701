"""The demo on the published figures: invented people, told by the product's own actions in the order of time.

Nothing here writes a case, a consent or an item by hand: every deed goes through the same action as on a page, with
an instant in the past, so that the demo is lawful, recorded and derived like everything else (docs/demo.md).
"""
