"""Every scale that ratings may be of."""

import dataclasses

from coder.markers.scheme import Scale, Scheme, asked


def scales_ever(scheme: Scheme) -> dict[str, Scale]:
    """The scales of a scheme by the id that ratings name; those of retired markers with them."""
    every = tuple(dataclasses.replace(each, retired=False) for each in scheme.markers)
    return {scale.id: scale for scale in asked(dataclasses.replace(scheme, markers=every))}
