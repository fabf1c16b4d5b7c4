"""Every sentence a person sees, Korean beside English, with slots that code fills."""
