import Testing

@testable import Console

@Suite("Pacing")
struct PacingTests {
    @Test("A key is answered at once, data ten times a second")
    func rates() {
        var pacing = Pacing()
        pacing.drew(at: 1_000, took: 1)
        #expect(pacing.due(isKey: true) <= 1_000)
        #expect(pacing.due(isKey: false) == 1_100)
    }

    @Test("A slow terminal gets fewer frames, never less than one a second, and keys wait too")
    func slow() {
        var pacing = Pacing()
        var intervals: [Int64] = []
        for _ in 0..<6 {
            pacing.refused(at: 0)
            intervals.append(pacing.intervalMilliseconds)
        }
        #expect(intervals == [200, 400, 800, 1_000, 1_000, 1_000])
        #expect(pacing.isSlow)
        #expect(pacing.due(isKey: true) == 1_000)
    }

    @Test("Ten good frames double the rate; a bad one between them begins anew")
    func recovery() {
        var pacing = Pacing()
        pacing.drew(at: 0, took: 51)
        #expect(pacing.intervalMilliseconds == 200)
        for _ in 0..<9 { pacing.drew(at: 0, took: 50) }
        #expect(pacing.isSlow)
        pacing.drew(at: 0, took: 51)
        #expect(pacing.intervalMilliseconds == 400)
        for _ in 0..<20 { pacing.drew(at: 0, took: 1) }
        #expect(!pacing.isSlow)
    }
}
