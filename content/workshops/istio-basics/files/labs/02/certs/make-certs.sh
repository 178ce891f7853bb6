#!/usr/bin/env bash
# Makes a certificate authority and a certificate for istioinaction.io beside this file, unless they are there already.
# Made on the learner's server: no private key travels with the workshop.
set -euo pipefail
cd "$(dirname "$0")"
if [[ -s ca/root-ca.crt && -s istioinaction.io.crt && -s istioinaction.io.key ]] \
  && openssl x509 -checkend 86400 -noout -in istioinaction.io.crt >/dev/null; then
  exit 0
fi
mkdir -p ca
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 077
# A configuration of our own: what the machine's openssl.cnf says must not matter here.
cat > "$work/openssl.cnf" <<'EOF'
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical,CA:TRUE,pathlen:1
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:istioinaction.io
EOF
openssl ecparam -name prime256v1 -genkey -noout -out "$work/root-ca.key"
openssl req -x509 -new -config "$work/openssl.cnf" -extensions authority -key "$work/root-ca.key" -sha256 -days 3650 \
  -subj "/O=Istio workshop/CN=istio-workshop-ca" -out "$work/root-ca.crt"
openssl ecparam -name prime256v1 -genkey -noout -out "$work/leaf.ec.key"
openssl pkcs8 -topk8 -nocrypt -in "$work/leaf.ec.key" -out "$work/leaf.key"
openssl req -new -config "$work/openssl.cnf" -key "$work/leaf.key" -subj "/CN=istioinaction.io" -out "$work/leaf.csr"
openssl x509 -req -in "$work/leaf.csr" -CA "$work/root-ca.crt" -CAkey "$work/root-ca.key" -CAcreateserial -sha256 -days 365 \
  -extfile "$work/openssl.cnf" -extensions leaf -out "$work/leaf.crt" 2>/dev/null
mv "$work/root-ca.crt" ca/root-ca.crt
mv "$work/root-ca.key" ca/root-ca.key
mv "$work/leaf.key" istioinaction.io.key
mv "$work/leaf.crt" istioinaction.io.crt
chmod 644 ca/root-ca.crt istioinaction.io.crt
