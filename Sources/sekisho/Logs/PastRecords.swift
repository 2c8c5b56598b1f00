import Model

/// Tells when a watch has sent the records from before it began.
///
/// A watch sends a view, the counters, and then what it remembers, in batches. Between two counters there is
/// a batch as long as records wait, so the past has been sent when there is none, or when a record is
/// younger than the first counters.
struct PastRecords {
    private var begin: Timestamp?
    private var isQuiet = false
    private(set) var areOver = false

    mutating func take(_ update: GateUpdate) {
        switch update {
        case .view: break
        case .counters(let counters):
            if self.begin == nil { self.begin = counters.time }
            self.areOver = self.areOver || self.isQuiet
            self.isQuiet = true
        case .records(let batch):
            self.isQuiet = false
            guard let begin, let last = batch.records.last else { return }
            self.areOver = self.areOver || last.record.time > begin
        }
    }
}
