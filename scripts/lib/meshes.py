"""What benchmarks of running meshes share."""

import contextlib
import datetime
import glob
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TICKS = os.sysconf("SC_CLK_TCK")
PROGRAM = os.path.basename(sys.argv[0])

# A mesh of one caller, who may call the one app; %(app)s is the program.
CALLER_AND_APP = """
apiVersion: weir.io/v1alpha1
kind: Workload
metadata: {namespace: bench, name: app, labels: {app: app}}
spec: {serviceAccount: app, ports: [{name: http, port: 8080}], command: [%(app)s]}
---
apiVersion: v1
kind: Service
metadata: {namespace: bench, name: web}
spec: {selector: {app: app}, ports: [{name: http, port: 8080}]}
---
apiVersion: weir.io/v1alpha1
kind: Workload
metadata: {namespace: bench, name: caller}
spec: {serviceAccount: caller, address: 127.0.0.1}
---
apiVersion: specs.smi-spec.io/v1alpha4
kind: HTTPRouteGroup
metadata: {namespace: bench, name: all}
spec: {matches: [{name: all, pathRegex: /.*, methods: ["*"]}]}
---
apiVersion: access.smi-spec.io/v1alpha3
kind: TrafficTarget
metadata: {namespace: bench, name: app}
spec:
  destination: {kind: ServiceAccount, namespace: bench, name: app}
  sources: [{kind: ServiceAccount, namespace: bench, name: caller}]
  rules: [{kind: HTTPRouteGroup, name: all}]
"""


def until(what, holds, seconds=60):
    """Waits until holds() is something; what is not there yet counts as nothing."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError, urllib.error.URLError):
            found = holds()
            if found:
                return found
        time.sleep(0.1)
    sys.exit(f"{PROGRAM}: waited {seconds} s in vain until {what}")


def cpu_seconds(pid):
    """Of all threads of a process, since it started."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS


def resident_mib(pid):
    """Resident memory of a process."""
    with open(f"/proc/{pid}/status") as file:
        return int(re.search(r"VmRSS:\s+(\d+) kB", file.read()).group(1)) / 1024


class Mesh:
    """A mesh that runs: a caller and an app with real Envoys."""

    def __init__(self, home, telemetry, manifests, sidecars):
        """sidecars: namespace/name of those that are to be measured; telemetry: on or off."""
        self.name, self.sidecars = telemetry, sidecars
        folder, self.state = os.path.join(home, telemetry), os.path.join(home, telemetry + "-state")
        os.mkdir(folder)
        with open(os.path.join(folder, "mesh.yaml"), "w") as file:
            file.write(manifests)
        with open(os.path.join(home, telemetry + ".log"), "w") as log:
            self.process = subprocess.Popen(
                [os.path.join(ROOT, "bin/weir"), "run", folder, "--state", self.state, "--telemetry", telemetry],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            )

    def ask(self, path):
        with open(os.path.join(self.state, "admin.json")) as file:
            admin = json.load(file)
        request = urllib.request.Request(f"http://{admin['address']}{path}")
        request.add_header("authorization", "Bearer " + admin["token"])
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def settle(self):
        """Waits until every sidecar is in sync and the apps answer."""

        def synced():
            proxies = self.ask("/v1/status")["proxies"]
            return len(proxies) == len(self.sidecars) and all(
                proxy["connectedAt"] and len(proxy["synced"]) >= 4
                and all(one["sync"] == "SYNCED" for one in proxy["synced"].values())
                for proxy in proxies
            )

        until(f"the sidecars of the mesh with telemetry {self.name} are in sync", synced)
        desired = self.ask("/v1/replicas")
        self.replicas = {f"{one['namespace']}/{one['name']}": one for one in desired["replicas"]}
        self.xds = desired["xds"]
        web = next(one for one in self.replicas["bench/caller"]["services"] if one["service"] == "bench/web")
        self.url = f"http://{web['address']}:{web['bindPort']}/"
        self.pids = {proxy: until(f"{proxy} has an Envoy", lambda proxy=proxy: self.envoy(proxy)) for proxy in self.sidecars}
        until(f"{self.url} answers", lambda: urllib.request.urlopen(self.url, timeout=5).status == 200)

    def envoy(self, proxy):
        folder = os.path.join(self.state, "proxies", proxy.replace("/", ".")) + "/"
        for cmdline in glob.glob("/proc/[0-9]*/cmdline"):
            with contextlib.suppress(OSError), open(cmdline, "rb") as file:
                words = file.read().decode(errors="replace").split("\0")
                if "envoy" in words[0] and any(word.startswith(folder) for word in words):
                    return int(cmdline.split("/")[2])
        return None

    def sent(self, proxy):
        """Bytes that a sidecar has sent to the control plane so far, with TLS: what else it says there is next to nothing."""
        sockets = subprocess.run(["ss", "-tinpHO", "dst", self.xds], check=True, capture_output=True, text=True).stdout
        return sum(
            int(re.search(r"bytes_sent:(\d+)", line).group(1))
            for line in sockets.splitlines()
            if f"pid={self.pids[proxy]}," in line and "bytes_sent:" in line
        )

    def close(self):
        self.process.terminate()
        self.process.wait(60)


def compared(quantity, unit, pairs):
    """One line, of (what is measured, what it is compared with) by repetition."""
    apart = [one - other for one, other in pairs]
    return {"quantity": quantity, "unit": unit,
            "value": statistics.median(one for one, _ in pairs), "baseline": statistics.median(other for _, other in pairs),
            "spread": statistics.stdev(apart) if len(apart) > 1 else None}


def in_turns(one, other, repetitions, measure):
    """measure() of each by repetition, as (one, other) pairs, measured in the order one other, other one, one other, ..."""
    pairs = []
    for repetition in range(repetitions):
        print(f"repetition {repetition + 1} of {repetitions}", file=sys.stderr)
        if repetition % 2 == 0:
            first = measure(one)
            pairs.append((first, measure(other)))
        else:
            second = measure(other)
            pairs.append((measure(one), second))
    return pairs


def machine():
    with open("/proc/cpuinfo") as file:
        model = re.search(r"model name\s*: (.*)", file.read())
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "cpu": model.group(1) if model else platform.machine(),
        "cores": os.cpu_count(),
        "kernel": platform.release(),
        "load average before": os.getloadavg()[0],
    }


def number(value):
    return "" if value is None else f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(lines, columns):
    """Lines as compared() makes them, under the names of these columns: quantity, the two values, perhaps more keys, spread and unit."""
    rows = [[name.upper() for name in columns]]
    rows += [[one[key] if isinstance(one[key], str) else number(one[key]) for key in columns.values()] for one in lines]
    widths = [max(len(row[column]) for row in rows) for column in range(len(columns))]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0])] + [row[i].rjust(widths[i]) for i in range(1, len(row) - 1)] + [row[-1]]).rstrip()
        for row in rows)


def write_report(name, lines):
    """As JSON, into build/reports."""
    report = os.path.join(ROOT, "build/reports", name)
    os.makedirs(os.path.dirname(report), exist_ok=True)
    with open(report, "w") as file:
        json.dump(lines, file, indent=1)
        file.write("\n")
    print(f"also in {report}", file=sys.stderr)
