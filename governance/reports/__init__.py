"""Reports: what sections say, how a document is put together, and how it is shown.

`sections` registers the apps' sections, `build` puts them into one `document`, and
`render_json`, `render_html` and `render_pdf` show that document. The JSON is the evidence;
page and PDF are two views of it, and the PDF carries the JSON inside.
"""
