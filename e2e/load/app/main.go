// Program app is what scripts/bench-telemetry calls: at HOST and PORT it answers each request at once, with the status that
// is the path's last part, or 200.
package main

import (
	"log"
	"net"
	"net/http"
	"os"
	"path"
	"strconv"
)

func answer(response http.ResponseWriter, request *http.Request) {
	if code, err := strconv.Atoi(path.Base(request.URL.Path)); err == nil && code >= 200 && code <= 599 {
		response.WriteHeader(code)
		return
	}
	if _, err := response.Write([]byte("ok\n")); err != nil {
		log.Print(err)
	}
}

func main() {
	address := net.JoinHostPort(os.Getenv("HOST"), os.Getenv("PORT"))
	log.Fatal(http.ListenAndServe(address, http.HandlerFunc(answer)))
}
