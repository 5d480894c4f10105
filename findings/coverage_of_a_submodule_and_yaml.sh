#!/usr/bin/env bash
# coverage 7.17.5 with PyYAML 6.0.4: if the source to measure is a module inside of a package that imports yaml,
# yaml's C loader fails for the rest of the process: "could not determine a constructor for the tag None".
#
# To find the module, coverage imports its package and then drops what that has imported. The program imports yaml a
# second time; the C extension keeps the node classes of the first, and the resolver compares with those of the
# second. Measuring the package as a whole imports nothing, and works. Tools that read YAML with the C loader (those
# for OpenAPI documents, for instance) fail in tests that measure one module with `pytest --cov=package.module`.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q coverage==7.17.5 PyYAML==6.0.4
cd "$folder"
mkdir shop
echo "import yaml" > shop/__init__.py
echo "PRICE = 1" > shop/prices.py
cat > program.py <<'PROGRAM'
import yaml

import shop.prices

print(yaml.load("price: 1", Loader=yaml.CSafeLoader))
PROGRAM
measure() {
    venv/bin/coverage run "--source=$1" program.py 2>&1 | tail -n 2 | head -n 1
}
seen="shop: $(measure shop)
shop.prices: $(measure shop.prices)"
# Seen on 2026-11-28.
expected="shop: {'price': 1}
shop.prices: yaml.constructor.ConstructorError: could not determine a constructor for the tag None"
echo "$seen"
[ "$seen" = "$expected" ]
