# One image for every process of bio-mcp: `http` (the default), `worker`, `serve`, `stdio`, `migrate` and the rest of the
# command line. It runs as the user `node` on a read-only root and writes under /data and /tmp alone. See docs/image.md.
ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
# Where packages come by a proxy with a certificate of its own: mount it, and give its path. The image does not keep it.
ARG NODE_EXTRA_CA_CERTS
ENV ONNXRUNTIME_NODE_INSTALL=skip
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends binutils && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN node scripts/build.ts \
  && node scripts/image/make-manifest.ts \
  && npm prune --no-audit --no-fund \
  && npm sbom --sbom-format=cyclonedx >sbom.cdx.json \
  && node scripts/image/slim.ts \
  && mv scripts/image/healthcheck.js bin/ \
  && rm -rf src scripts package-lock.json .npmrc \
  && chmod -R a+rX,go-w .
# Compiled code is kept in the image, so that a process need not compile it again. Node looks for it by the number of its user, so
# it is made by the one below. The last command opens a corpus, as services do.
ENV NODE_COMPILE_CACHE=/app/compile-cache
RUN install -d -o 1000 -g 1000 compile-cache \
  && setpriv --reuid=1000 --regid=1000 --clear-groups sh -c 'node bin/bio-mcp.js --version && node bin/bio-mcp.js --help >/dev/null \
    && BIO_MCP_DATA_DIR=/tmp/first node bin/bio-mcp.js status >/dev/null' \
  && rm -rf /tmp/first && chown -R 0:0 compile-cache && chmod -R a+rX,go-w compile-cache

FROM ${NODE_IMAGE}
ARG VERSION=development
ARG REVISION=unknown
LABEL org.opencontainers.image.title="bio-mcp" \
  org.opencontainers.image.description="A curated, archived, searchable corpus of PubMed literature for AI agents and for people." \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}"
COPY --from=build /app /app
RUN ln -s /app/bin/bio-mcp.js /usr/local/bin/bio-mcp \
  && mkdir /data && chown 1000:1000 /data
ENV NODE_ENV=production \
  NODE_COMPILE_CACHE=/app/compile-cache \
  BIO_MCP_DATA_DIR=/data \
  BIO_MCP_HTTP_HOST=0.0.0.0 \
  BIO_MCP_METRICS_PORT=9464
# All that is written to. ECS gives these two to the user below only where the image names them.
VOLUME ["/data", "/tmp"]
# The user `node`, by number, so that an orchestrator can tell that it is not root.
USER 1000:1000
WORKDIR /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["node", "/app/bin/healthcheck.js"]
ENTRYPOINT ["bio-mcp"]
CMD ["http"]
