# The server in an image: docker build -t porthole .
# The images that code runs in are made by scripts/runner-images, on the engine that runs the code.

FROM node:22-bookworm-slim AS web
WORKDIR /porthole/web
COPY web/package.json web/package-lock.json ./
RUN npm ci
COPY web ./
RUN npm run build

FROM rust:1.95-bookworm AS server
WORKDIR /porthole
COPY . .
COPY --from=web /porthole/web/dist web/dist
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/porthole/target \
    cargo build --release --locked && cp target/release/porthole /usr/local/bin/

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 porthole \
 && install -d -o porthole -m 700 /data
COPY --from=server /usr/local/bin/porthole /usr/local/bin/
USER porthole
ENV PORTHOLE_DATA=/data
VOLUME /data
# TCP and UDP
EXPOSE 8443 8443/udp
ENTRYPOINT ["porthole"]
