#!/usr/bin/env bash
# make-cert.sh DAYS: a certificate for secure.istioinaction.io that ends in so many days; negative: it ended so many days
# ago. Beside this file, in certs/, with the root that signed it.
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p certs
umask 077
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat > "$work/openssl.cnf" <<'CNF'
[ca]
default_ca = workshop
[workshop]
database = $ENV::WORK/index.txt
new_certs_dir = $ENV::WORK
serial = $ENV::WORK/serial
default_md = sha256
policy = any
unique_subject = no
x509_extensions = leaf
[any]
commonName = supplied
[req]
distinguished_name = name
[name]
[leaf]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:secure.istioinaction.io
[authority]
basicConstraints = critical,CA:TRUE,pathlen:1
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
CNF
export WORK=$work
if [[ ! -s certs/root.key || ! -s certs/root.crt ]]; then
  openssl ecparam -name prime256v1 -genkey -noout -out certs/root.key
  openssl req -x509 -new -config "$work/openssl.cnf" -extensions authority -key certs/root.key -sha256 -days 3650 \
    -subj "/CN=debug-workshop-ca" -out certs/root.crt
fi
: > "$work/index.txt"
openssl rand -hex 8 > "$work/serial"
openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out certs/secure.key
openssl req -new -config "$work/openssl.cnf" -key certs/secure.key -subj "/CN=secure.istioinaction.io" -out "$work/leaf.csr"
at() { date -u -d "$1 days" +%Y%m%d%H%M%SZ; }
openssl ca -batch -notext -config "$work/openssl.cnf" -cert certs/root.crt -keyfile certs/root.key -in "$work/leaf.csr" \
  -startdate "$(at "$(($1 < 0 ? $1 - 30 : -1))")" -enddate "$(at "$1")" -out certs/secure.crt 2>/dev/null
