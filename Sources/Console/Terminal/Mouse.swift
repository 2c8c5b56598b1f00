/// What a mouse has done, as a terminal tells it (xterm's mode 1006).
struct Mouse: Hashable, Sendable {
    enum Action: Hashable, Sendable {
        case press, wheelUp, wheelDown
    }

    let action: Action
    let column: Int
    let row: Int

    /// From the parameters between `ESC [` and `M`; nil for other buttons, modifiers and moves.
    init?(parameters: [UInt8]) {
        guard parameters.first == 0x3C else { return nil }
        let numbers = String(decoding: parameters.dropFirst(), as: UTF8.self).split(separator: ";")
            .compactMap { Int($0) }
        guard numbers.count == 3, numbers[1] > 0, numbers[2] > 0 else { return nil }
        switch numbers[0] {
        case 0: self.action = .press
        case 64: self.action = .wheelUp
        case 65: self.action = .wheelDown
        default: return nil
        }
        self.column = numbers[1] - 1
        self.row = numbers[2] - 1
    }
}
