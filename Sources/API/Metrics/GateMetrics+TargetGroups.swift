import Model

/// ELBv2's metrics that have the dimension of a target group.
extension GateMetrics {
    static func writeGroups(_ sources: [Source], _ view: GateView, to text: inout MetricsText) {
        let groups = sources.flatMap { source in
            view.configuration.targetGroups.compactMap { group in
                source.counters.traffic?.groups[group.id].map { counters in
                    (labels: source.labels + [self.label(group)], counters: counters)
                }
            }
        }
        for metric in GroupMetric.allCases {
            text.family(
                self.name(metric.rawValue),
                .counter,
                "\(metric.rawValue): \(metric.meaning)",
                groups.map { Sample($0.labels, $0.counters.metrics[metric] ?? 0) }
            )
        }
        text.histograms(
            "\(self.name("TargetResponseTime"))_seconds",
            "TargetResponseTime: From a request's having a connection to the head of the target's response.",
            groups.map { ($0.labels, $0.counters.responseTime) }
        )
    }

    static func writeHealth(_ view: GateView, _ counters: GateCounters, to text: inout MetricsText) {
        let groups = view.configuration.targetGroups.compactMap { group in
            counters.engine.targetGroups?[group.id].map { (labels: [self.label(group)], health: $0) }
        }
        text.family(
            self.name("HealthyHostCount"),
            .gauge,
            "HealthyHostCount: Targets that are healthy.",
            groups.map { Sample($0.labels, $0.health.healthy) }
        )
        text.family(
            self.name("UnHealthyHostCount"),
            .gauge,
            "UnHealthyHostCount: Targets that are not.",
            groups.map { Sample($0.labels, $0.health.total - $0.health.healthy) }
        )
    }

    /// What a group's own counters tell, for all listeners together.
    static func writeConduct(_ view: GateView, _ counters: GateCounters, to text: inout MetricsText) {
        let groups = view.configuration.targetGroups.compactMap { group in
            counters.engine.targetGroupCounters?[group.id].map { (labels: [self.label(group)], counters: $0) }
        }
        func family(
            _ metric: String,
            _ kind: MetricsText.Kind,
            _ help: String,
            _ value: (TargetGroupCounters) -> UInt64?
        ) {
            text.family(
                self.name(metric),
                kind,
                "\(metric): \(help)",
                groups.compactMap { group in value(group.counters).map { Sample(group.labels, $0) } }
            )
        }
        family(
            "UnhealthyRoutingRequestCount",
            .counter,
            "Requests sent to any target, as too few are healthy."
        ) {
            $0.unhealthyRoutingRequests
        }
        family(
            "NonStickyRequestCount",
            .counter,
            "Requests whose client had no target yet, or one that could not be used."
        ) {
            $0.nonStickyRequests
        }
        family("AnomalousHostCount", .gauge, "Targets that fail more than the others.") {
            UInt64($0.anomalousHosts)
        }
        family("MitigatedHostCount", .gauge, "Targets that get less for that.") { UInt64($0.mitigatedHosts) }
        family("HealthyStateRouting", .gauge, "1 while requests go to healthy targets only.") {
            $0.failsOpen.map { $0 ? 0 : 1 }
        }
        family("UnhealthyStateRouting", .gauge, "1 while too few are healthy and requests go to all.") {
            $0.failsOpen.map { $0 ? 1 : 0 }
        }
        text.family(
            self.name("RequestCountPerTarget"),
            .counter,
            "RequestCountPerTarget: Requests divided by the targets that were healthy when they were counted.",
            groups.compactMap { group in
                group.counters.requestsPerTarget.map { Sample(group.labels, $0) }
            }
        )
    }

    private static func label(_ group: TargetGroup) -> (name: String, value: String) {
        ("target_group", "targetgroup/\(group.name)/\(group.id)")
    }
}
