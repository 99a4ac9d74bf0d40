"""What recordings are sent as (tus): bytes that Schemathesis does not know the media type of."""

import schemathesis
from hypothesis import strategies as st

MOST_BYTES = 256

schemathesis.openapi.media_type(
    "application/offset+octet-stream", st.one_of(st.just(b""), st.binary(max_size=MOST_BYTES))
)
