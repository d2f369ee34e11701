"""What consent adds to the pages of the hub; registered when the app is ready."""
