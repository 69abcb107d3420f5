"""The screens. Each module holds one; the window imports it when it is first shown."""
