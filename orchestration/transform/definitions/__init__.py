"""What must hold of the definitions in seeds/ before they are used."""
