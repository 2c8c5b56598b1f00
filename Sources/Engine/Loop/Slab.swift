/// Connections of one kind, found by slot; a slot's generation tells its occupants apart.
struct Slab<Element: AnyObject> {
    private var elements: [Element?] = []
    private var generations: [UInt32] = []
    private var free: [Int32] = []

    private(set) var count = 0

    /// Reserves a slot; ``set(_:at:)`` fills it.
    mutating func reserve() -> (slot: Int, generation: UInt32) {
        self.count += 1
        if let slot = self.free.popLast() {
            let index = Int(slot)
            self.generations[index] = (self.generations[index] &+ 1) & PollToken.generationMask
            return (index, self.generations[index])
        }
        self.elements.append(nil)
        self.generations.append(1)
        return (self.elements.count - 1, 1)
    }

    mutating func set(_ element: Element, at slot: Int) {
        self.elements[slot] = element
    }

    mutating func remove(_ slot: Int) {
        self.elements[slot] = nil
        self.free.append(Int32(slot))
        self.count -= 1
    }

    /// The occupant a token means; nil when it has gone.
    subscript(token: PollToken) -> Element? {
        let slot = token.slot
        guard slot < self.elements.count, self.generations[slot] == token.generation else { return nil }
        return self.elements[slot]
    }

    /// Every occupant; a copy, so that the body of a loop may remove some.
    var all: [Element] { self.elements.compactMap { $0 } }
}
