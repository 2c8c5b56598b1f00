import Testing

@testable import Console

@Suite("Table")
struct TableTests {
    private static let columns = [
        Table.Column(title: "NAME", minimum: 4, ideal: 10, grows: true, priority: 9),
        Table.Column(title: "STATE", minimum: 5, ideal: 5, priority: 8),
        Table.Column(title: "NOTE", minimum: 6, ideal: 12, priority: 1),
        Table.Column(title: "COUNT", minimum: 5, ideal: 6, priority: 5, alignment: .right),
    ]

    @Test(
        "The least important columns go first, the name never",
        arguments: [
            (60, [0, 1, 2, 3]), (23, [0, 1, 2, 3]), (22, [0, 1, 3]), (15, [0, 1]), (9, [0]), (1, [0]),
        ]
    )
    func priorities(width: Int, shown: [Int]) {
        #expect(Table.layout(Self.columns, width: width).map(\.index) == shown)
    }

    @Test("Columns and the gaps between them fill the width exactly, never more", arguments: 1...80)
    func widths(width: Int) {
        let layout = Table.layout(Self.columns, width: width)
        let total = layout.reduce(0) { $0 + $1.width } + layout.count - 1
        #expect(total == width)
    }

    @Test("Room goes to the most important column up to its ideal, then to the one that grows")
    func room() {
        #expect(Table.layout(Self.columns, width: 26).map(\.width) == [7, 5, 6, 5])
        #expect(Table.layout(Self.columns, width: 60).map(\.width) == [34, 5, 12, 6])
    }
}
