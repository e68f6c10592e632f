"""Papers: content and a template to a PDF that everybody can read (PDF/UA-1)."""

from clinlead.printing.paper import CannotPrint, Picture, pdf, png, why_not_print

__all__ = ["CannotPrint", "Picture", "pdf", "png", "why_not_print"]
