/// What programs hold.
enum ProcessMemory {
    /// Anonymous memory of processes in KiB, shared pages by their share; without the kernel's, such as
    /// sockets.
    static func anonymousKiB(of processes: [Int32]) -> Int {
        processes.reduce(0) { sum, process in
            let text = ProcFile.text("/proc/\(process)/smaps_rollup") ?? ""
            let line = text.split(separator: "\n").first { $0.hasPrefix("Pss_Anon:") }
            return sum + (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0)
        }
    }

    static func descriptors(of processes: [Int32]) -> Int {
        processes.reduce(0) { $0 + ProcFile.names(in: "/proc/\($1)/fd").count }
    }
}
