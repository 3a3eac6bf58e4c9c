# The simulated Kaspersky Security Center of deploy/compose.yaml. For demos and tests, never for production: its
# account and its levers are known to everybody.
ARG RUST_IMAGE=docker.io/library/rust:1.95.0-bookworm

# hadolint ignore=DL3006 -- the default above names a version; the argument is for a mirror of it
FROM ${RUST_IMAGE} AS build
WORKDIR /src
COPY . .
ENV CARGO_HOME=/var/cache/cargo
RUN --mount=type=cache,id=edr-gateway-cargo,target=/var/cache/cargo \
    --mount=type=cache,id=edr-gateway-target,target=/src/target \
    export RUSTFLAGS="-C target-feature=+crt-static" \
    # Older sources than those of the build before would count as built.
    && find . -path ./target -prune -o -type f -exec touch {} + \
    && cargo build --locked --package ksc-simulator --target "$(rustc --print host-tuple)" \
    && install -D -m 0755 "target/$(rustc --print host-tuple)/debug/ksc-simulator" /image/ksc-simulator

FROM scratch
COPY --from=build /image/ /
# It writes to a volume that is root's; compose takes every capability away from it.
# hadolint ignore=DL3002
USER 0:0
ENTRYPOINT ["/ksc-simulator"]
