import Model

/// What one worker counts of the requests that one listener sends to one target group.
final class GroupTally: Sendable {
    private let metrics = TallyCells(count: GroupMetric.allCases.count)
    private let responseTime = HistogramTally()

    func count(_ metric: GroupMetric) {
        self.metrics.add(1, at: metric.position)
    }

    func countResponse(status: Int, after microseconds: Int64) {
        self.responseTime.count(microseconds)
        switch status / 100 {
        case 2: self.count(.target2XX)
        case 3: self.count(.target3XX)
        case 4: self.count(.target4XX)
        case 5: self.count(.target5XX)
        default: break
        }
    }

    var counters: GroupCounters {
        var counters = GroupCounters()
        for metric in GroupMetric.allCases where self.metrics[metric.position] > 0 {
            counters.metrics[metric] = self.metrics[metric.position]
        }
        counters.responseTime = self.responseTime.histogram
        return counters
    }
}

extension GroupMetric {
    /// Among the cells of a tally.
    fileprivate var position: Int {
        switch self {
        case .requests: 0
        case .grpcRequests: 1
        case .connectionErrors: 2
        case .target2XX: 3
        case .target3XX: 4
        case .target4XX: 5
        case .target5XX: 6
        case .functionUserErrors: 7
        case .functionInternalErrors: 8
        case .tlsErrors: 9
        }
    }
}
