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
RUN ln -s /vault-mock/dist/command/cli.js /usr/local/bin/vault-mock
# the names that the real images use, so that `-e VAULT_DEV_LISTEN_ADDRESS=…` changes them here, too
ENV VAULT_DEV_LISTEN_ADDRESS=0.0.0.0:8200 \
    VAULT_MOCK_NOMAD_LISTEN=0.0.0.0:4646
# for `--state /state/world.json`: a volume that is mounted here takes over its owner
RUN mkdir /state && chown node:node /state
USER node
EXPOSE 8200 8202 8204 4646
HEALTHCHECK --interval=5s --timeout=3s --start-period=5s CMD ["vault-mock", "healthcheck"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["vault-mock"]
CMD ["server", "-dev"]
