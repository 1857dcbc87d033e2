#!/usr/bin/env bash
# Builds the image of the services and runs docker-compose.yml with podman, on a machine that reaches package registries and no
# image registry. The images that others publish are STAND-INS made of packages, under the names that the files use:
#
#   node:22.23.3-bookworm-slim     Debian by debootstrap, Node and npm of this machine, a user `node`
#   apache/kafka:4.1.1             the jars of Kafka 4.1.1 from Maven (as `driftloop up` fetches them) and a small entry point
#   apicurio/apicurio-registry     its jars from Maven
#   clickhouse/clickhouse-server   ClickHouse's engine behind our HTTP front, as `driftloop up` runs it
#
# Ours are the real ones: Dockerfile, users, read-only root file systems, capabilities, health checks, volumes, restarts.
#
#   infra/compose/try-with-podman/try.sh build    images, about 1 GB below .driftloop/podman
#   infra/compose/try-with-podman/try.sh run      up, checks, down; the last line is JSON
#
# As root, with Debian's podman, runc, debootstrap, aardvark-dns, catatonit and podman-compose (PyPI) on the path, after
# `npm run driftloop -- up` has run once (it fetches the jars).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
work="$root/.driftloop/podman"
cache="$root/.driftloop/cache"
mkdir -p "$work"

# A podman of its own: nothing of it is seen by, or taken from, another.
cat > "$work/podman" <<EOF
#!/bin/sh
export CONTAINERS_CONF=$work/containers.conf
exec /usr/bin/podman --root $work/storage --runroot $work/run --storage-driver overlay --runtime runc --cgroup-manager cgroupfs "\$@"
EOF
cat > "$work/containers.conf" <<EOF
[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
log_driver = "k8s-file"
[engine]
events_logger = "file"
EOF
chmod +x "$work/podman"
podman="$work/podman"

build() {
  local base="$work/base"
  if ! $podman image exists localhost/debian-java; then
    [ -d "$base/usr" ] || debootstrap --variant=minbase --include=ca-certificates,curl,openjdk-17-jre-headless bookworm "$base" >"$work/debootstrap.log"
    tar -C "$base" -c . | $podman import - localhost/debian-java >/dev/null
  fi
  local stand="$work/stand-ins"
  rm -rf "$stand" && mkdir -p "$stand"
  cp "$here"/*.sh "$here"/*.mjs "$stand/"
  cp "$(realpath "$root/node_modules/.bin/node")" "$stand/node" 2>/dev/null || cp "$(command -v node)" "$stand/node"
  cp -r "$(npm root --global)/npm" "$stand/npm"
  cp /etc/ssl/certs/ca-certificates.crt "$stand/"
  cp -r "$cache"/kafka-4.1.1-*/libs "$stand/kafka"
  cp -r "$cache"/registry-3.0.9-* "$stand/registry"
  $podman build --quiet --tag docker.io/library/node:22.23.3-bookworm-slim --file - "$stand" <<'EOF'
FROM localhost/debian-java
COPY node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
COPY ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm && useradd --uid 1000 --create-home node
EOF
  $podman build --quiet --tag docker.io/apache/kafka:4.1.1 --file - "$stand" <<'EOF'
FROM localhost/debian-java
COPY kafka /opt/kafka/libs
COPY kafka.sh /opt/kafka/kafka.sh
COPY answers.sh /opt/kafka/bin/kafka-broker-api-versions.sh
RUN useradd --uid 1000 appuser && install --directory --owner appuser /var/lib/kafka/data /opt/kafka/config
USER appuser
CMD ["/opt/kafka/kafka.sh"]
EOF
  $podman build --quiet --tag docker.io/apicurio/apicurio-registry:3.0.9 --file - "$stand" <<'EOF'
FROM localhost/debian-java
COPY registry /deployments
RUN useradd --uid 1001 jboss
USER jboss
WORKDIR /tmp
CMD ["java", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dquarkus.http.host=0.0.0.0", "-jar", "/deployments/apicurio-registry-app-3.0.9-runner.jar"]
EOF
  # The image under trial, from its own file.
  $podman build --format docker --network host --tag driftloop/services:local --file "$root/infra/compose/Dockerfile" "$root"
  $podman tag localhost/driftloop/services:local docker.io/driftloop/services:local
  $podman build --network host --quiet --tag docker.io/clickhouse/clickhouse-server:26.7 --file - "$root" <<'EOF'
FROM docker.io/library/node:22.23.3-bookworm-slim
RUN npm install --global --no-audit --no-fund pnpm@12.21.0
WORKDIR /app
COPY . .
RUN pnpm install --prod --frozen-lockfile --ignore-scripts --filter-prod '{./infra/local}...'
RUN install infra/compose/try-with-podman/answers.sh /usr/local/bin/clickhouse-client && mkdir -p /var/lib/clickhouse
CMD ["infra/compose/try-with-podman/clickhouse.sh"]
EOF
}

compose() { podman-compose --podman-path "$podman" --project-name driftloop --file "$root/docker-compose.yml" --file "$here/overrides.yml" "$@"; }
container() { $podman ps --all --filter "label=io.podman.compose.service=$1" --format '{{.Names}}' | head -1; }
fail() { echo "FAILED: $*" >&2; exit 1; }

# Without systemd podman runs no health check by itself: it is asked for.
healthy() {
  local name; name=$(container "$1")
  for _ in $(seq 1 "${2:-90}"); do
    if $podman healthcheck run "$name" >/dev/null 2>&1; then return 0; fi
    sleep 2
  done
  $podman logs --tail 20 "$name" >&2 || true
  fail "$1 does not become healthy"
}

run() {
  local ours="inference data-drift prediction-drift concept-drift ensemble trainer gateway" service name
  trap 'compose down --volumes >/dev/null 2>&1 || true' EXIT
  compose up --detach --no-deps kafka >/dev/null 2>&1; healthy kafka
  compose up --detach --no-deps registry clickhouse >/dev/null 2>&1; healthy registry; healthy clickhouse
  compose up --detach --no-deps $ours >/dev/null 2>&1
  for service in $ours; do
    healthy "$service" 150
    name=$(container "$service")
    [ "$($podman exec "$name" id -u)" = 1000 ] || fail "$service runs as another user than node"
    if $podman exec "$name" touch /app/x 2>/dev/null; then fail "$service can write to its root file system"; fi
    $podman exec "$name" grep -q '^CapEff:[[:space:]]*0*$' /proc/self/status || fail "$service has capabilities"
    $podman exec "$name" grep -q '^NoNewPrivs:[[:space:]]*1$' /proc/self/status || fail "$service may get privileges"
  done
  # The command line of the image, and the loop's first step through the gateway.
  name=$(container gateway)
  $podman exec "$name" node cli/src/main.ts prepare --json >/dev/null || fail "prepare"
  curl --fail --silent http://127.0.0.1:8080/models >/dev/null || fail "the gateway is not reached by its published port"
  # What ends is started again, and what lies in a volume is still there.
  name=$(container inference)
  $podman exec "$(container trainer)" touch /var/lib/driftloop/artifacts/kept
  $podman exec "$name" test -e /var/lib/driftloop/artifacts/kept || fail "the services do not share their artifacts"
  kill -9 "$($podman inspect "$name" --format '{{.State.Pid}}')"; sleep 2
  healthy inference 150
  [ "$($podman inspect "$name" --format '{{.RestartCount}}')" -ge 1 ] || fail "inference was not started again"
  compose restart kafka >/dev/null 2>&1; healthy kafka
  for service in inference ensemble gateway; do healthy "$service" 150; done
  compose down >/dev/null 2>&1
  compose up --detach --no-deps kafka >/dev/null 2>&1; healthy kafka
  compose up --detach --no-deps registry clickhouse >/dev/null 2>&1; healthy registry; healthy clickhouse
  compose up --detach --no-deps inference >/dev/null 2>&1; healthy inference 150
  $podman exec "$(container inference)" test -e /var/lib/driftloop/artifacts/kept || fail "the volume did not outlive its containers"
  trap - EXIT
  compose down --volumes >/dev/null 2>&1
  echo "{\"services\": 7, \"healthy\": true, \"user\": 1000, \"readOnly\": true, \"capabilities\": 0, \"startedAgain\": true, \"volumesKept\": true, \"standIns\": [\"node\", \"kafka\", \"registry\", \"clickhouse\"]}"
}

case "${1:-}" in
  build) build ;;
  run) run ;;
  *) sed -n '2,18p' "$0"; exit 2 ;;
esac
