import Testing

@testable import Bench

/// Figures of several rounds.
@Suite("Statistics")
struct StatisticsTests {
    @Test("A median is the middle value, or between the two in the middle")
    func median() {
        #expect(Statistics.median([]) == nil)
        #expect(Statistics.median([3]) == 3)
        #expect(Statistics.median([9, 1, 4]) == 4)
        #expect(Statistics.median([9, 1, 4, 2]) == 3)
    }

    @Test("A ratio is taken within each round, so that what slows a whole round does not show")
    func ratios() {
        #expect(Statistics.medianRatio([10, 40, 20], to: [20, 80, 40]) == 0.5)
        #expect(Statistics.medianRatio([10, 40, 20], to: [20, 0, 80]) == 0.375)
        #expect(Statistics.medianRatio([], to: [1]) == nil)
    }

    @Test("A slope is growth per unit, and level figures have none")
    func slopes() {
        #expect(Statistics.slope([(0, 5), (1, 7), (2, 9)]) == 2)
        #expect(Statistics.slope([(0, 5), (10, 5)]) == 0)
        #expect(Statistics.slope([(3, 1), (3, 9)]) == nil)
    }

    @Test("Numbers are written with three digits")
    func digits() {
        #expect(
            [0.0, 0.054, 9.994, 15.55, 99.94, 524.6, 12_345].map(\.threeDigits) == [
                "0.00", "0.05", "9.99", "15.6", "99.9", "525", "12345",
            ]
        )
    }
}
