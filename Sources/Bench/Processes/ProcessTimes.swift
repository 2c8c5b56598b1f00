/// Processor time that programs have used, thread by thread.
struct ProcessTimes {
    /// Nanoseconds by thread.
    private let threads: [String: UInt64]

    /// Reads the time of all threads of some processes.
    ///
    /// From schedstat, which counts nanoseconds in user and system mode together; stat counts ticks of 10 ms.
    init(of processes: [Int32]) {
        var threads: [String: UInt64] = [:]
        for process in processes {
            for thread in ProcFile.names(in: "/proc/\(process)/task") {
                guard let text = ProcFile.text("/proc/\(process)/task/\(thread)/schedstat"),
                    let time = text.split(separator: " ").first.flatMap({ UInt64($0) })
                else { continue }
                threads[thread] = time
            }
        }
        self.threads = threads
    }

    /// Seconds that passed in all threads, and in the busiest, since an earlier reading.
    func since(_ earlier: ProcessTimes) -> (total: Double, busiest: Double) {
        let times = self.threads.map { Double($1 - min($1, earlier.threads[$0] ?? 0)) / 1e9 }
        return (times.reduce(0, +), times.max() ?? 0)
    }
}
