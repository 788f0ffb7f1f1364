# The pinned SDK of Autohive and the Python that it needs, for the scripts that run it. Sourced by bash.

readonly SDK=autohive-integrations-sdk==2.0.1

# The name can be that of a wrapper which finds no Python 3.13.
find_python() {
  local candidate
  for candidate in python3.13 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.13.*/bin/python3.13; do
    if [[ $("$candidate" --version 2>/dev/null) == 'Python 3.13.'* ]]; then
      printf '%s\n' "$candidate"
      return
    fi
  done
  echo 'Python 3.13 was not found: install it as python3.13, or with: pyenv install 3.13' >&2
  return 1
}
