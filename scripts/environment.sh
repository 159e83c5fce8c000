# Sourced by the other scripts at the root of the checkout: install the packages of the lock files into .venv
# and node_modules. A copy of each lock file is kept beside its packages; if it is equal, they are current.

say() { printf '%s\n' "$*" >&2; }

die() {
  say "error: $*"
  exit 2
}

# The first Python of 3.11 or later.
find_python() {
  local candidate
  for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      printf '%s' "$candidate"
      return
    fi
  done
  die 'Python 3.11 or later is needed, and is not on PATH'
}

# Install packages of Debian as root; otherwise report the missing program ($1) and the command for it.
install_debian_packages() {
  local missing=$1
  shift
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    die "$missing (on Debian: apt-get install $*)"
  fi
  say "Installing $* ..."
  apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >&2
}

# Make .venv and set `python` to its interpreter.
make_venv() {
  local base
  if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    base=$(find_python)
    # Debian's Python cannot make a virtual environment with pip in it by itself.
    "$base" -c 'import ensurepip, venv' 2>/dev/null ||
      install_debian_packages 'this Python has no venv module' python3-venv
    say "Making .venv with $("$base" --version) ..."
    "$base" -m venv --clear .venv
  fi
  python=$PWD/.venv/bin/python
}

# Succeed if the lock file $1 equals its copy $2.
is_current() { cmp -s "$1" "$2"; }

# Install exactly the packages of a lock file into .venv. A lock is complete: nothing is resolved (pip 23.2
# leaves a pin when a requirement adds an extra), and nothing is built (a build takes the newest tools).
install_packages() {
  is_current "$1" ".venv/$1" && return
  say "Installing the packages of $1 ..."
  "$python" -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: \
    --require-hashes -r "$1"
  cp "$1" ".venv/$1"
}

# Install the `booconf` of this checkout into .venv in editable mode, compiled as in a wheel.
install_booconf() {
  "$python" -m compileall -q booconf
  is_current pyproject.toml .venv/pyproject.toml && return
  say 'Installing booconf ...'
  "$python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
  cp pyproject.toml .venv/pyproject.toml
}

# Put node 20 or later and npm on PATH: the machine's, else those of requirements-node.txt.
find_node() {
  PATH=$(dirname "$python"):$PATH
  export PATH
  if command -v npm >/dev/null &&
    node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null; then
    return
  fi
  install_packages requirements-node.txt
  hash -r
}

# Require Chromium for the tests of the picker page.
find_browser() {
  local candidate
  for candidate in chromium chromium-browser google-chrome; do
    command -v "$candidate" >/dev/null && return
  done
  install_debian_packages 'tests need Chromium, and none is on PATH' chromium
}

# Require the programs of a PostgreSQL server for the tests of storage.
find_postgres() {
  command -v initdb >/dev/null && return
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null && return
  install_debian_packages 'tests need a PostgreSQL server, and none is installed' postgresql
}

# Install the npm packages of folder $1, at the versions and hashes of its lock file.
# `npm ci` refuses a lock file without the packages of other systems.
install_node_packages() {
  local stamp=$1/node_modules/.package-lock.copy.json
  is_current "$1/package-lock.json" "$stamp" && return
  say "Installing the packages of $1/package-lock.json ..."
  (cd "$1" && npm install --no-save --ignore-scripts --no-audit --no-fund --no-update-notifier \
    --loglevel=error >&2)
  mkdir -p "$1/node_modules"
  cp "$1/package-lock.json" "$stamp"
}

# Install the programs that tests run the generated files through.
install_clients() { install_node_packages tests/clients; }

# Install the programs that benchmarks compare booconf with.
install_competitors() {
  mkdir -p .venv/benchmarks
  install_packages benchmarks/requirements.txt
  install_node_packages benchmarks
}
