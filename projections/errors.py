"""What can go wrong with projections.

ProjectionError
├── UnknownProjection    no projection of this name is in the catalogue
├── UnknownRule          no rule of this name
├── BeyondTheHead        a question about a position that the log has not reached
├── SchemaDiffers        the database holds other definitions than this program
├── NeedsRebuild         the stored rows come from another query than this program's
├── CheckpointAhead      rows stand beyond the end of the log: it was restored or replaced
├── CheckpointMoved      someone else moved the checkpoint meanwhile; nothing was changed
└── InvalidFiring        a rule's query gave what is no firing
"""


class ProjectionError(Exception):
    """The root of the errors of projections."""


class UnknownProjection(ProjectionError):
    """The catalogue holds no projection of this name."""


class UnknownRule(ProjectionError):
    """There is no rule of this name."""


class BeyondTheHead(ProjectionError):
    """A question names a position that the district's log has not reached."""


class SchemaDiffers(ProjectionError):
    """The database holds other definitions than this program: upgrade the one that is older."""


class NeedsRebuild(ProjectionError):
    """The stored rows come from another query than this program's: rebuild the projection."""


class CheckpointAhead(ProjectionError):
    """Rows stand beyond the end of the log: the log was restored or replaced; rebuild."""


class CheckpointMoved(ProjectionError):
    """Someone else moved the checkpoint meanwhile; nothing was changed: try again."""


class InvalidFiring(ProjectionError):
    """A rule's query gave a row that is no firing."""
