"""Who is who: users, workspaces, memberships and the trail of what people changed."""
