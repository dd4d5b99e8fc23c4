"""The app's own Streamlit components: plain ES modules, served from this package, without a bundler."""
