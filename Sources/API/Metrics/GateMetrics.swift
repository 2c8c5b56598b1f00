public import Model

/// A gate's numbers for Prometheus: those of ELBv2 by its names and dimensions (`alb-mtls` 7), and ours.
///
/// ELBv2's names are written as exporters of CloudWatch write them: `HTTPCode_ELB_5XX_Count` of
/// `AWS/ApplicationELB` is `aws_applicationelb_http_code_elb_5xx_total`. The dimension that CloudWatch does
/// not have is the listener, so that no sum goes back when one of several is removed.
public enum GateMetrics {
    typealias Sample = MetricsText.Sample
    typealias Labels = [(name: String, value: String)]

    struct Source {
        let balancer: LoadBalancer
        let listener: Listener
        let counters: ListenerCounters
        /// Of ELBv2's metrics.
        let labels: Labels
        /// Of ours.
        let ownLabels: Labels
    }

    public static func text(_ view: GateView, _ counters: GateCounters) -> String {
        let sources = view.configuration.listeners.map { balancer, listener in
            let own: Labels = [("listener", listener.name)]
            return Source(
                balancer: balancer,
                listener: listener,
                counters: counters.engine.listeners[listener.id] ?? ListenerCounters(),
                labels: [("load_balancer", balancer.path)] + own,
                ownLabels: own
            )
        }
        var text = MetricsText()
        self.writeBalancers(sources.filter { $0.balancer.type == .application }, to: &text)
        self.writeGroups(sources, view, to: &text)
        self.writeHealth(view, counters, to: &text)
        self.writeConduct(view, counters, to: &text)
        self.writeListeners(sources, view, to: &text)
        self.writeLogs(counters, to: &text)
        self.writeProcess(view, counters, to: &text)
        self.writeExpiry(sources, view, to: &text)
        self.writeRevocationLists(view, to: &text)
        return text.text
    }

    /// `IPv6RequestCount` as `ipv6_request`.
    static func name(_ metric: String) -> String {
        var metric = metric.replacing("IPv6", with: "Ipv6").replacing("HTTP", with: "Http")
        if metric.hasSuffix("Count") { metric.removeLast(5) }
        let letters = Array(metric)
        var name = ""
        for (index, letter) in letters.enumerated() {
            let before = index > 0 ? letters[index - 1] : "_"
            let isFollowedByLower = index + 1 < letters.count && letters[index + 1].isLowercase
            if letter.isUppercase, before != "_", before.isLowercase || isFollowedByLower { name += "_" }
            name += letter.lowercased()
        }
        return "aws_applicationelb_\(name.hasSuffix("_") ? String(name.dropLast()) : name)"
    }

    // MARK: ELBv2's

    private static func writeBalancers(_ sources: [Source], to text: inout MetricsText) {
        func counter(_ metric: String, _ help: String, _ value: (ListenerCounters) -> UInt64) {
            text.family(
                self.name(metric),
                .counter,
                "\(metric): \(help)",
                sources.map { Sample($0.labels, value($0.counters)) }
            )
        }
        for metric in ListenerMetric.allCases {
            counter(metric.rawValue, metric.meaning) { $0.traffic?.metrics[metric] ?? 0 }
        }
        counter("ClientTLSNegotiationErrorCount", "TLS handshakes of clients that did not complete.") {
            $0.failures
        }
        counter("RejectedConnectionCount", "Connections refused because a limit was reached.") { counters in
            let limits: [Rejection] = [
                .connections, .connectionsPerListener, .connectionsPerSource, .failingSource, .descriptors,
                .memory, .handshakes,
            ]
            return limits.reduce(0) { $0 + (counters.rejectedByReason[$1] ?? 0) }
        }
        counter("DesyncMitigationMode_NonCompliant_Request_Count", "Requests that are not compliant.") {
            $0.nonCompliant
        }
        text.family(
            self.name("ActiveConnectionCount"),
            .gauge,
            "ActiveConnectionCount: Connections of clients that are open.",
            sources.map { Sample($0.labels, $0.counters.open) }
        )
    }

    // MARK: Ours

    private static func writeListeners(_ sources: [Source], _ view: GateView, to text: inout MetricsText) {
        func family(
            _ name: String,
            _ kind: MetricsText.Kind,
            _ help: String,
            _ value: (ListenerCounters) -> UInt64
        ) {
            text.family(
                "sekisho_\(name)",
                kind,
                help,
                sources.map { Sample($0.ownLabels, value($0.counters)) }
            )
        }
        text.family(
            "sekisho_listener_serving",
            .gauge,
            "1 for a listener that is served, 0 for one that cannot be.",
            sources.map { Sample($0.ownLabels, view.failedListeners[$0.listener.id] == nil ? 1 : 0) }
        )
        text.family(
            "sekisho_listener_mode",
            .gauge,
            "1 for the mode of mutual TLS that a listener is in.",
            sources.filter { $0.listener.protocol.terminatesTLS }.map { source in
                let mode = source.listener.mutualAuthentication.mode.rawValue
                return Sample(source.ownLabels + [("mode", mode)], 1)
            }
        )
        family("connections_accepted", .counter, "Connections accepted.") { $0.accepted }
        family("connections_open", .gauge, "Connections of clients that are open.") {
            UInt64(max(0, $0.open))
        }
        family("connections_draining", .gauge, "Those of them that an older policy judged.") {
            UInt64(max(0, $0.draining))
        }
        family(
            "connections_cut",
            .counter,
            "Connections of clients that did not pass when they were judged again."
        ) { $0.cut ?? 0 }
        family("requests", .counter, "Requests begun.") { $0.requests }
        family("handshakes", .counter, "TLS handshakes that completed.") { $0.handshakes }
        family("handshakes_resumed", .counter, "Those of them that resumed a session.") { $0.resumed ?? 0 }
        family(
            "handshakes_on_expired_lists",
            .counter,
            "TLS handshakes whose client was accepted by revocation lists past their nextUpdate."
        ) { $0.onExpiredLists ?? 0 }
        text.histograms(
            "sekisho_handshake_duration_seconds",
            "From the first byte of a ClientHello to the end of the handshake.",
            sources.map { ($0.ownLabels, $0.counters.traffic?.handshakeTime ?? DurationHistogram()) }
        )
        text.family(
            "sekisho_handshake_failures",
            .counter,
            "TLS handshakes that did not complete, by the connection log's code and what lies behind it.",
            sources.flatMap { source in
                source.counters.failuresByWord.sorted { $0.key < $1.key }.map { word, count in
                    Sample(source.ownLabels + self.reason(word), count)
                }
            }
        )
        text.family(
            "sekisho_refused",
            .counter,
            "Connections refused or cut, by the limit that was reached.",
            sources.flatMap { source in
                Rejection.allCases.compactMap { reason in
                    source.counters.rejectedByReason[reason].map {
                        Sample(source.ownLabels + [("limit", reason.rawValue)], $0)
                    }
                }
            }
        )
    }

    /// The code and the detail that a failure's short word stands for.
    private static func reason(_ word: String) -> Labels {
        let code = RefusalReason.allCases.first { $0.shortWord == word } ?? .unmapped
        return [("code", code.rawValue), ("detail", ConnectionErrorDetail(rawValue: word)?.rawValue ?? "")]
    }

    private static func writeLogs(_ counters: GateCounters, to text: inout MetricsText) {
        text.family(
            "sekisho_log_records_lost",
            .counter,
            "Records that are in no log, because it was not read fast enough or could not be written.",
            [
                Sample([("log", "connection")], counters.engine.droppedRecords),
                Sample([("log", "access")], counters.engine.droppedRequests ?? 0),
            ]
        )
        let logs = (counters.logs ?? []).map { log in
            (labels: [("log", log.name.split(separator: " ").first.map(String.init) ?? log.name)], log: log)
        }
        text.family(
            "sekisho_log_write_failures",
            .counter,
            "Lines of them that could not be written.",
            logs.map { Sample($0.labels, $0.log.lost) }
        )
        text.family(
            "sekisho_log_writable",
            .gauge,
            "0 while a log cannot be written.",
            logs.map { Sample($0.labels, $0.log.failure == nil ? 1 : 0) }
        )
    }

    private static func writeProcess(
        _ view: GateView,
        _ counters: GateCounters,
        to text: inout MetricsText
    ) {
        text.family(
            "sekisho_start_time_seconds",
            .gauge,
            "When the gate started, in seconds since 1970.",
            [Sample([], view.startedAt.seconds)]
        )
        text.family(
            "sekisho_generation",
            .gauge,
            "The generation of the configuration that every worker enforces.",
            [Sample([], view.generation)]
        )
        let workers = (counters.engine.workers ?? []).enumerated().map { index, worker in
            (labels: [("worker", "\(index)")], worker: worker)
        }
        text.family(
            "sekisho_worker_buffered_bytes",
            .gauge,
            "What a worker's connections keep in buffers.",
            workers.map { Sample($0.labels, $0.worker.bufferedBytes) }
        )
        text.family(
            "sekisho_worker_target_connections",
            .gauge,
            "Connections of a worker to targets, idle ones included.",
            workers.map { Sample($0.labels, $0.worker.targetConnections) }
        )
    }
}
