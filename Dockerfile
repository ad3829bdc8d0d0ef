# Muster with its demo package core/redis. Debian 12 has the Java that Muster is built for, and OpenSSL 3, which this Redis needs.

FROM debian:bookworm-slim AS build
# The slim image has no manual pages, and Java cannot be installed without a directory for its own.
RUN mkdir -p /usr/share/man/man1 \
 && apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates curl openjdk-17-jdk-headless unzip \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY . .
RUN ./mvnw -q -B -DskipTests package \
 && mv target/muster-*/muster-* /opt/muster

FROM debian:bookworm-slim
# util-linux and coreutils, with which services are started, are part of every Debian.
RUN mkdir -p /usr/share/man/man1 \
 && apt-get update \
 && apt-get install -y --no-install-recommends libssl3 openjdk-17-jre-headless \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --user-group --home-dir /hab --shell /usr/sbin/nologin hab \
 && install -d -o hab -g hab /hab /hab/cache \
 && install -d -o hab -g hab -m 700 /hab/cache/keys \
 && ln -s /opt/muster/muster /usr/local/bin/muster
COPY --from=build /opt/muster /opt/muster
USER hab
ENV MUSTER_ROOT=/hab
# A volume over it gets this owner, and keeps the member's identity, services and data when the container is replaced.
VOLUME /hab
WORKDIR /hab
# gossip, ctl-gateway, http-gateway
EXPOSE 9638 9632 9631
ENTRYPOINT ["muster"]
CMD ["sup", "run"]
