/// Where the parts of one header line lie in its head.
struct HeaderField {
    /// The name begins the line.
    var lineStart: UInt32
    var nameEnd: UInt32
    /// The value without the blanks around it.
    var valueStart: UInt32
    var valueEnd: UInt32
    /// Past the CRLF.
    var lineEnd: UInt32
    var kind: HeaderKind

    func name(in head: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        head.slice(Int(self.lineStart), Int(self.nameEnd))
    }

    func value(in head: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        head.slice(Int(self.valueStart), Int(self.valueEnd))
    }
}
