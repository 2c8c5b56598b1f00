import Testing

@testable import Bench

/// What is made of figures.
@Suite("Reports")
struct ReportTests {
    @Test("Growth is told of what comes behind the first quarter")
    func soak() throws {
        var course = SoakCourse()
        for slice in 0...8 {
            // Fills up to 3,000 KiB and stays there; a descriptor is lost with each half a million.
            course.add(
                SoakCourse.Sample(
                    operations: slice * 1_000_000,
                    anonymousKiB: slice < 2 ? slice * 1_000 : 3_000,
                    descriptors: 20 + slice * 2
                )
            )
        }
        #expect(course.growth(of: \.anonymousKiB) == 0)
        let lost = try #require(course.growth(of: \.descriptors))
        #expect(abs(lost - 2) < 1e-9)
        #expect(
            course.lines.suffix(2) == [
                "memory: 3000 to 3000 KiB, +0.00 KiB per million operations",
                "descriptors: 26 to 36, +2.00 per million operations",
            ]
        )
    }

    @Test("System calls are divided by the requests they were made for")
    func syscalls() {
        let summary = """
            strace: Process 7 attached with 2 threads
                calls syscall
            --------- ----------------
                  400 recvfrom
                  200 sendto
                   51 epoll_wait
                    1 accept4
            --------- ----------------
                  652 total
            """
        let count = SyscallCount(straceSummary: summary)
        #expect(count.line(per: 200) == "3.26 a request: 2.00 recvfrom, 1.00 sendto, 0.26 epoll_wait")
    }

    @Test("A comparison names the ratio to each peer, round by round")
    func comparison() {
        func measurement(_ contender: Contender, _ round: Int, _ seconds: Double) -> Measurement {
            var load = LoadResult()
            load.operations = 1_000_000
            load.seconds = 10
            load.cpuSeconds = seconds
            return Measurement(
                workload: "ka1k",
                contender: contender.rawValue,
                round: round,
                load: load,
                connectionKiB: nil
            )
        }
        let table = ComparisonTable(
            workload: .ka1k,
            measurements: [
                measurement(.sekisho, 1, 10), measurement(.haproxy, 1, 20), measurement(.sekisho, 2, 30),
                measurement(.haproxy, 2, 40), measurement(.sekisho, 3, 20), measurement(.haproxy, 3, 25),
            ]
        )
        let rows = table.lines.dropFirst(2).map { $0.split(separator: " ").joined(separator: " ") }
        #expect(
            rows == [
                "sekisho 20.0 10.0 30.0 100000 0.00 0.00 200",
                "haproxy 25.0 20.0 40.0 100000 0.00 0.00 250 × 0.75",
            ]
        )
    }
}
