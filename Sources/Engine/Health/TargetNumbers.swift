/// Where the targets of a group stand in it, by their numbers in cookies.
///
/// A table of open addresses: numbers are hashes already, so a look costs the same with one target or a
/// thousand.
struct TargetNumbers: Sendable {
    private struct Slot: Sendable {
        var number: UInt64 = 0
        /// -1 in a slot that is free.
        var index: Int32 = -1
    }

    private var slots: [Slot]

    /// Of two targets with one number, which 64 bits make a matter of luck, the first is found.
    init(_ numbers: [UInt64]) {
        var count = 4
        while count < 2 * numbers.count { count *= 2 }
        self.slots = Array(repeating: Slot(), count: count)
        for (index, number) in numbers.enumerated() {
            let place = self.place(of: number)
            guard self.slots[place].index < 0 else { continue }
            self.slots[place] = Slot(number: number, index: Int32(truncatingIfNeeded: index))
        }
    }

    /// The index of a target; nil where no target has this number.
    subscript(number: UInt64) -> Int? {
        let slot = self.slots[self.place(of: number)]
        return slot.index < 0 ? nil : Int(slot.index)
    }

    /// The slot that has the number, or the free one that it would have; half of them are free.
    private func place(of number: UInt64) -> Int {
        var place = Int(truncatingIfNeeded: number) & (self.slots.count - 1)
        while self.slots[place].index >= 0, self.slots[place].number != number {
            place = (place + 1) & (self.slots.count - 1)
        }
        return place
    }
}
