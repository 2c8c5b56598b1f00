import Glibc
import Model
import Testing

@testable import Service

@Suite("Process meter")
struct ProcessMeterTests {
    @Test("It tells what this process uses")
    func ours() throws {
        var meter = ProcessMeter()
        let read = meter.read(at: Timestamp(seconds: 1))
        let first = try #require(read)
        #expect(first.residentBytes > 1 << 20)
        #expect(first.openDescriptors > 2 && first.openDescriptors < first.descriptorLimit)
        #expect(first.descriptorShare > 0 && first.descriptorShare < 1)
        var sum = 0.0
        while let now = meter.read(at: Timestamp(seconds: 2)),
            now.cpuMicroseconds < first.cpuMicroseconds + 10_000
        {
            sum += (0..<10_000).reduce(0.0) { $0 + Double($1).squareRoot() }
        }
        #expect(sum >= 0)
    }
}
