# The API and its jobs, for use beside PostgreSQL servers (docker-compose.yml).

# A tag can be moved; for a build that cannot, give the digest that your registry shows for this tag:
#   docker build --build-arg BUN_IMAGE=oven/bun@sha256:<digest> .
ARG BUN_IMAGE=oven/bun:1.4.5-slim

FROM ${BUN_IMAGE} AS packages
WORKDIR /app
COPY package.json bun.lock ./
COPY patches ./patches
# Optional packages are the PostgreSQL that a start without configuration launches: not here.
RUN bun install --frozen-lockfile --production --omit=optional --ignore-scripts --no-progress

FROM ${BUN_IMAGE}
# The image's user bun is 1000:1000. /data holds the keyring, /backups what backup:schedule makes; everything else may be
# read-only.
RUN install -d -o 1000 -g 1000 -m 0700 /data /backups
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json ./
COPY drizzle ./drizzle
COPY src ./src
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=3000 \
    DATA_DIR=/data \
    # No cache on disk, so that a read-only file system does.
    BUN_RUNTIME_TRANSPILER_CACHE_PATH=0
USER 1000:1000
VOLUME /data
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
  CMD ["bun", "--no-env-file", "-e", "const { PORT } = process.env; const answer = await fetch(`http://127.0.0.1:${PORT}/health/ready`, { signal: AbortSignal.timeout(4000) }).catch(() => null); process.exit(answer?.ok ? 0 : 1)"]
# docker run … fintrack            serves
# docker run … fintrack <command>  runs one, for example keys:rotate
ENTRYPOINT ["bun", "--no-env-file", "src/main.ts"]
