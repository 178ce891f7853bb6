#!/usr/bin/env bash
# Plays the login service: makes a signing key, three tokens, and the RequestAuthentication that knows the key. Beside this
# file, in jwt/. No key travels with the workshop.
set -euo pipefail
cd "$(dirname "$0")"
if [[ -s jwt/request-authentication.yaml && -s jwt/expired.token ]]; then exit 0; fi
mkdir -p jwt
umask 077
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out jwt/key.pem 2>/dev/null

base64url() { base64 -w0 | tr '+/' '-_' | tr -d '='; }
modulus=$(openssl rsa -in jwt/key.pem -noout -modulus 2>/dev/null)
n=$(printf '%b' "$(sed 's/^Modulus=//; s/../\\x&/g' <<<"$modulus")" | base64url)
jwks='{"keys":[{"kty":"RSA","kid":"workshop","alg":"RS256","use":"sig","e":"AQAB","n":"'$n'"}]}'

token() { # name, group, seconds until it expires
  local now head body
  now=$(date +%s)
  head=$(printf '{"alg":"RS256","kid":"workshop","typ":"JWT"}' | base64url)
  body=$(printf '{"iss":"https://login.istioinaction.io","sub":"%s","groups":["%s"],"iat":%d,"exp":%d}' \
    "$1" "$2" "$((now - 7200))" "$((now + $3))" | base64url)
  printf '%s.%s.%s' "$head" "$body" "$(printf '%s.%s' "$head" "$body" | openssl dgst -sha256 -sign jwt/key.pem | base64url)"
}
token alice buyers 315360000 > jwt/alice.token
token bob guests 315360000 > jwt/bob.token
token alice buyers -3600 > jwt/expired.token

cat > jwt/request-authentication.yaml <<YAML
# Tokens of this issuer are checked with this key. A token that is wrong is refused; a request without one is let through.
apiVersion: security.istio.io/v1beta1
kind: RequestAuthentication
metadata:
  name: login
spec:
  selector:
    matchLabels:
      app: web-api
  jwtRules:
    - issuer: https://login.istioinaction.io
      forwardOriginalToken: true
      jwks: '$jwks'
YAML
