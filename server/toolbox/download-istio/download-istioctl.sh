
find_archive istioctl
folder=$HOME/.istioctl/bin
mkdir -p "$folder"
curl -fsL "$url" | tar -xzf - -C "$folder"
cat <<END
$archive download complete!

Add the istioctl to your path with:
  export PATH=\$HOME/.istioctl/bin:\$PATH 

Begin the Istio pre-installation check by running:
	 istioctl x precheck 

Need more information? Visit https://istio.io/docs/reference/commands/istioctl/ 
END
