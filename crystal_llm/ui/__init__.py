"""What the pages are made of: the only rooms that import streamlit."""
