/// One column of one row.
struct Cell: Hashable, Sendable {
    /// The base scalar and at most three marks that combine with it; 0 where there is none.
    var scalars: SIMD4<UInt32>
    /// 1 or 2; 0 for the right half of a wide cell.
    var width: UInt8
    var role: Role

    init(_ base: UInt32, width: UInt8 = 1, role: Role) {
        self.scalars = SIMD4(base, 0, 0, 0)
        self.width = width
        self.role = role
    }

    static func blank(_ role: Role) -> Cell { Cell(0x20, role: role) }

    /// What follows a wide cell.
    static func rightHalf(_ role: Role) -> Cell { Cell(0, width: 0, role: role) }

    /// The text of the cell; empty for the right half of a wide one.
    var text: String {
        var text = ""
        for index in 0..<4 where self.scalars[index] != 0 {
            if let scalar = Unicode.Scalar(self.scalars[index]) { text.unicodeScalars.append(scalar) }
        }
        return text
    }
}
