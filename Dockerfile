# The server in a small image: `docker build -t vault-mock . && docker run -p 8200:8200 vault-mock`
FROM node:24-alpine AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# `prepare` builds, which comes below
RUN npm ci --ignore-scripts
COPY scripts scripts
COPY src src
RUN npm run build

FROM node:24-alpine
WORKDIR /vault-mock
# the bundle holds its dependencies; package.json says which version it is
COPY --from=build /build/package.json ./
COPY --from=build /build/dist dist
COPY conformance conformance
COPY LICENSE ./
COPY docker-entrypoint.sh /usr/local/bin/
# compiled code is kept, and read where nothing can be written, too: a start takes half as long, and the health check and
# init scripts, which call `vault`, come often
ENV NODE_COMPILE_CACHE=/vault-mock/compiled
RUN ln -s /vault-mock/dist/command/cli.js /usr/local/bin/vault-mock \
 && ln -s /vault-mock/dist/command/vault.js /usr/local/bin/vault \
 && ln -s /vault-mock/dist/command/vault.js /usr/local/bin/bao \
 && vault -h > /dev/null && vault-mock --help > /dev/null \
 && { timeout -s INT 3 vault-mock server -dev & sleep 2; vault-mock healthcheck; \
      VAULT_ADDR=http://127.0.0.1:8200 vault status; wait; } > /dev/null
# the names that the real images use, so that `-e VAULT_DEV_LISTEN_ADDRESS=…` changes them here, too
ENV VAULT_DEV_LISTEN_ADDRESS=0.0.0.0:8200 \
    VAULT_MOCK_NOMAD_LISTEN=0.0.0.0:4646
# for `--state /state/world.json`: a volume that is mounted here takes over its owner
RUN mkdir /state && chown 1000:1000 /state
# `node` by its number: Kubernetes cannot tell from a name that it is not root
USER 1000
EXPOSE 8200 8201 8202 8203 8204 8205 4646
# follows the flags of the server that process 1 was told to start
HEALTHCHECK --interval=5s --timeout=3s --start-period=5s --start-interval=200ms CMD ["vault-mock", "healthcheck"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["server", "-dev"]
