
find_archive istio
curl -fsLO "$url"
tar -xzf "$archive"
rm "$archive"
bin=$(cd "istio-$version/bin" && pwd)
cat <<END

Istio $version download complete!

The Istio release archive has been downloaded to the istio-$version directory.

To configure the istioctl client tool for your workstation,
add the $bin directory to your environment path variable with:
	 export PATH="\$PATH:$bin"

Begin the Istio pre-installation check by running:
	 istioctl x precheck 

Try Istio in ambient mode
	https://istio.io/latest/docs/ambient/getting-started/
Try Istio in sidecar mode
	https://istio.io/latest/docs/setup/getting-started/
Install guides for ambient mode
	https://istio.io/latest/docs/ambient/install/
Install guides for sidecar mode
	https://istio.io/latest/docs/setup/install/

Need more information? Visit https://istio.io/latest/docs/ 
END
